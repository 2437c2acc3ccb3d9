"""The page. It reaches the service over HTTP, and imports only `signs.catalog` and `signs.art`."""
