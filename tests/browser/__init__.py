"""A package, so that the browser, a fixture of its scope, is gone before a test elsewhere runs an event loop."""
