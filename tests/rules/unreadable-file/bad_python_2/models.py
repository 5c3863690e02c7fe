print "hello"  # finds: SG100 warning
