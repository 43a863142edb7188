FROM base
COPY . /x
