class App:
    extensions = {}


current_app = App()
