"""deals-svc owns pipelines, products and deals, and tells what happens to them."""
