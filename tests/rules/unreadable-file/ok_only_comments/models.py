# -*- coding: utf-8 -*-
# nothing else
