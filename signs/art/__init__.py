"""The 43 signs as the project's own drawings, and pictures made of them."""

from signs.art.raster import contact_sheet, rasterize, sign_svg, variants

__all__ = ["contact_sheet", "rasterize", "sign_svg", "variants"]
