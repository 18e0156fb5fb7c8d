"""Probing and preparing media."""
