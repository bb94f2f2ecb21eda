// placeholder while this is being written
