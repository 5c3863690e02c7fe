from sqlalchemy import Column

VALUE = Column()

<<<<<<< HEAD  # finds: SG100 warning
VALUE = Column("a")
=======
VALUE = Column("b")
>>>>>>> feature
