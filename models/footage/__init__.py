"""Door plate: footage becomes a data set here (tools/collect.py); needs NumPy, PyAV and OpenCV, never PyTorch."""
