from staff import manager, team
