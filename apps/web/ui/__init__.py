"""What every page is made of: template tags, parts of the components, the frame."""
