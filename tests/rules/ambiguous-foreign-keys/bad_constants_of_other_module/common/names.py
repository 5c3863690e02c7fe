PREFIX = "app_"
USER = PREFIX + "user"


class Tables:
    LOAN = "%sloan" % PREFIX
