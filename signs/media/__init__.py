"""Reading and writing clips, by PyAV."""
