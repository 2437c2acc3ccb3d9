# The page: docker build -f deploy/page.Dockerfile -t traffic-signs-page .
FROM python:3.11-slim
RUN useradd --create-home --uid 1034 page
WORKDIR /home/page
COPY deploy/page-requirements.txt ./
RUN pip install --no-cache-dir --no-deps -r page-requirements.txt
COPY .streamlit ./.streamlit
COPY signs/__init__.py signs/errors.py signs/csv_text.py ./signs/
COPY signs/catalog/__init__.py signs/catalog/gtsrb.csv signs/catalog/gtsrb.py \
     signs/catalog/label_space.py signs/catalog/label_spaces.py signs/catalog/language.py \
     ./signs/catalog/
COPY signs/art/__init__.py signs/art/drawings.py signs/art/raster.py ./signs/art/
COPY signs/art/svg ./signs/art/svg
COPY signs/inference/__init__.py signs/inference/annotate.py ./signs/inference/
COPY signs/pictures/__init__.py signs/pictures/avif.py signs/pictures/colors.py \
     signs/pictures/decoding.py signs/pictures/formats.py signs/pictures/jpeg.py \
     signs/pictures/opening.py signs/pictures/png.py signs/pictures/quirks.py ./signs/pictures/
COPY ui ./ui
COPY metrics ./metrics
USER page
ENV PYTHONPATH=/home/page PYTHONUNBUFFERED=1
EXPOSE 8501
# Its welcome message would ask outside hosts for this machine's address.
CMD ["streamlit", "run", "ui/app.py", "--server.address=0.0.0.0", "--server.headless=true", \
     "--logger.hideWelcomeMessage=true"]
