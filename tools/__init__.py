"""Development helpers of CareDesk; started through `./run`, never installed with the product."""
