"""Door plate: one folder a network (net, training task, card, weights); PyTorch is welcome here and nowhere else."""
