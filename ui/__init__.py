"""The page. It speaks HTTP to the service and imports only `signs.catalog` and `signs.art`."""
