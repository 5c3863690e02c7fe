from staff.employee import Employee as Person


class Manager(Person):
    pass
