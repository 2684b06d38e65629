"""Make a picture small: compress.py SOURCE TARGET. Runs in the Python that has Odoo's packages, for Pillow."""
import sys

from PIL import Image


def main(source, target):
    """Write a PNG with 256 colors: a quarter of the size, and screens like ours look the same."""
    image = Image.open(source).convert('RGB')
    if image.width < image.height:  # a phone's, taken with two dots for one
        image = image.resize((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)
    image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, 'PNG', optimize=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
