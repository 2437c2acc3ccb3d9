"""HTTP as clients and proxies speak it: what stands between a connection and the endpoints."""
