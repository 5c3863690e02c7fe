"""What a report is made of: production or its journal, and the checkout."""
