"""The colour network: looks at a few frames of a shot and predicts the correction, or that none is needed."""
