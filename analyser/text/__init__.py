"""Reading a note's text: normalising, people, sentences, sections. Everything maps back to the text as read."""
