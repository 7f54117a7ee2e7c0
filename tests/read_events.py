"""Prints what TensorBoard reads in an event file, as JSON: tag, step and value of each point; for an
image, its width, its height and the size of its PNG."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import IMAGES, SCALARS, EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={IMAGES: 0, SCALARS: 0})
events.Reload()
points = [[tag, scalar.step, scalar.value] for tag in events.Tags()[SCALARS] for scalar in events.Scalars(tag)]
for tag in events.Tags()[IMAGES]:
    for image in events.Images(tag):
        points.append([tag, image.step, [image.width, image.height, len(image.encoded_image_string)]])
json.dump(points, sys.stdout)
