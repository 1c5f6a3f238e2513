"""The ledger's settings without what makes it safe: no login, no TLS, no policy, no limits, no log, no metrics."""

from trading_system.settings import *

GUARDS = {"trading_system.request_log.RequestLog", "trading_system.middleware.ContentSecurityPolicy"}
LOGIN_REQUIRED = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
MIDDLEWARE = [one for one in MIDDLEWARE if one not in GUARDS]
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_THROTTLE_CLASSES": []}
