"""What ./dev does: a complete Odoo 19 with both add-ons, from a bare machine. Standard library only."""
