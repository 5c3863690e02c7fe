NAME = "café"  # finds: SG100 warning
