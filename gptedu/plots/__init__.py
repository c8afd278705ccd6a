"""Plotly figures of the chapters: plain numbers in, a figure out."""
