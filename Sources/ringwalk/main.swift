print("ringwalk")
