class Line:
    pass


class Batch:
    pass
