"""Wizards as plain values: a flow's graph, the answers of a query string, and where they lead. Knows no Django."""
