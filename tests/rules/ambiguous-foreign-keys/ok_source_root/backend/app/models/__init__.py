from app.models.user import User
from app.models.token import Token
