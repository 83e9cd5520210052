SELECT DISTINCT currency
FROM gold.daily_revenue
ORDER BY currency
