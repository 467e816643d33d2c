"""Papers as files: .docx by templates that an office edits, .xlsx ready to print, .pdf where LibreOffice is there."""
