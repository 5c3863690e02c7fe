from shop import crm, billing, invoices
