def broken(:  # finds: SG100 warning
    return 1
