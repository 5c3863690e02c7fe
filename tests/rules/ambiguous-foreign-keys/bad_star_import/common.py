from sqlalchemy import *
from sqlalchemy.orm import *

Base = declarative_base()
