"""The demo company: plainly fictional estates, people, bills and repairs, generated from a seed and ending at an instant."""
