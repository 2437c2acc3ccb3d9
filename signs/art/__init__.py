"""The 43 signs as the project's own drawings, and pictures made of them."""

from signs.art.raster import rasterize, sign_svg

__all__ = ["rasterize", "sign_svg"]
