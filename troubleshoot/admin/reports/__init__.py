"""The reports of the administration: pages and downloads for who may read them, and what can be done about them."""
