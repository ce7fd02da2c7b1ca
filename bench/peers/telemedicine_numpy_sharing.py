"""telemedicine_numpy.py, where rows of a study that can walk together do."""

import peer_io
from telemedicine_numpy import simulate

if __name__ == "__main__":
    peer_io.serve(simulate, peer_io.sharing)
