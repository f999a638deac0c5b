"""The pages of the wizards: the list, a step at a time, all steps at once, and the picture."""
