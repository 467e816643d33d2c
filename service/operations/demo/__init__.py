"""The demonstration: a whole season as data, and how it is read. Nothing here touches a spreadsheet."""
