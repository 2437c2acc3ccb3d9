"""The page. It speaks HTTP to the service and imports only `signs.classes` and `signs.art`."""
