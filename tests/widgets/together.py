"""Several traits of a figure set at once, in a given order."""


def set_together(figure, **traits):
    with figure.hold_trait_notifications():
        for name, value in traits.items():
            setattr(figure, name, value)
