mkdir d; echo f >f; ln f d/one; ln f d/two; ln f outside
