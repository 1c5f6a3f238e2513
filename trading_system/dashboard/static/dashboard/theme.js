// Loaded before anything is drawn: a page that was set to dark must not begin light.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
