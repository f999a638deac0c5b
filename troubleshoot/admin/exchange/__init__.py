"""Import and export of content in the administration, as CSV, Excel and JSON."""
