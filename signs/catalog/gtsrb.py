"""The 43 signs of the German Traffic Sign Recognition Benchmark (GTSRB), in its order.

English names follow the meaning of each sign in the German road code (StVO, Anlagen 1 to 3), German
ones the code itself; numbers are those of the official catalog of traffic signs (VzKat 2017), with
the sub-number where one number covers several designs. Categories are the six of the benchmark's
paper: J. Stallkamp, M. Schlipsing, J. Salmen, C. Igel, "Man vs. computer", Neural Networks 32,
2012.
"""

from signs.catalog.label_spaces import open_label_space

GTSRB = open_label_space("gtsrb")
