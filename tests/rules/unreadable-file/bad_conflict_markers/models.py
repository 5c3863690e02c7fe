VALUE = 0

<<<<<<< HEAD  # finds: SG100 warning
VALUE = 1
=======
VALUE = 2
>>>>>>> feature
