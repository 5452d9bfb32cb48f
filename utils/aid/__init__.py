"""The case: trucks of aid by land, counted by COGAT and by UNRWA, quoted by many, and the two questions of the seed."""
