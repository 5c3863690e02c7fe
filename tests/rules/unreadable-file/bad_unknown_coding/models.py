# -*- coding: klingon -*-  # finds: SG100 warning
NAME = "x"
