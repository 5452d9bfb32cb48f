import os

# The matrices are small: threads of linear algebra would only wait for each other. Set before numpy is imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from .cli import main  # noqa: E402

if __name__ == "__main__":
    main()
