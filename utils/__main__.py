import os
import sys

# The matrices are small: threads of linear algebra would only wait for each other. Set before numpy is imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

if __name__ == "__main__":
    try:
        from .cli import main
    except KeyboardInterrupt:  # while libraries load
        eval("0")  # as in `cli.main`
        sys.stderr.write("error: stopped\n")
        sys.exit(130)
    main()
